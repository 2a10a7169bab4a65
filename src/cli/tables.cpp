// sparselearn solvers, losses, schedules: the tables that parse the options, for people to read.
#include "cli/help.hpp"
#include "cli/names.hpp"
#include "cli/screen.hpp"
#include "sparselearn/base/output_file.hpp"
#include "sparselearn/loss/loss.hpp"
#include "sparselearn/schedule/schedule.hpp"
#include "sparselearn/solver/solver.hpp"

namespace sparselearn::cli {
namespace {

using Lines = std::vector<std::pair<std::string, std::string>>;

std::string dashed(std::string_view options) {
  std::string text;
  for (const std::string_view option : split(options, ','))
    if (!option.empty()) text += (text.empty() ? "--" : " --") + std::string(option);
  return text.empty() ? "none of its own" : wrapped(text, 10, 90);
}

std::string supported(unsigned supports) {
  constexpr std::pair<unsigned, std::string_view> names[] = {{solver::l1, "l1"},
                                                             {solver::intercept, "intercept"},
                                                             {solver::stream, "streaming"},
                                                             {solver::classes, "many classes"},
                                                             {solver::hogwild, "hogwild"},
                                                             {solver::nonsmooth, "losses with kinks"},
                                                             {solver::no_l2, "l2 = 0"}};
  std::string text;
  for (const auto& [bit, name] : names)
    if (supports & bit) text += (text.empty() ? "" : ", ") + std::string(name);
  return text;
}

Lines short_line(const solver::Info& info) {
  return {{std::string(info.name), std::string(info.family) + ": " + std::string(info.summary)}};
}
Lines short_line(const loss::Info& info) {
  return {{std::string(info.name), std::string(info.formula) + "; " + std::string(info.labels)}};
}
Lines short_line(const schedule::Info& info) { return {{std::string(info.name), std::string(info.formula)}}; }

Lines details(const solver::Info& info) {
  return {{"solver", std::string(info.name)},      {"family", std::string(info.family)},
          {"what", wrapped(info.summary, 10, 90)}, {"source", std::string(info.source)},
          {"supports", supported(info.supports)},  {"options", dashed(info.options)}};
}

Lines details(const loss::Info& info) {
  return {{"loss", std::string(info.name)},
          {"formula", std::string(info.formula)},
          {"labels", std::string(info.labels)},
          {"source", std::string(info.source)},
          {"options", dashed(info.options)}};
}

Lines details(const schedule::Info& info) {
  return {{"schedule", std::string(info.name)},
          {"formula", std::string(info.formula)},
          {"options", dashed(info.options)}};
}

template <class Info>
ExitCode show(const Arguments& arguments, const std::string& kind, std::span<const Info> all) {
  std::string text;
  if (arguments.positional().empty()) {
    Lines lines;
    for (const Info& info : all) lines.push_back(short_line(info).front());
    text = aligned(lines);
  }
  for (const std::string& name : arguments.positional())
    text += (text.empty() ? "" : "\n") + aligned(details(find_named(kind, name, all)));
  OutputFile out("-");
  out.write(text);
  out.commit();
  return ExitCode::success;
}

}  // namespace

ExitCode solvers_command(const Arguments& arguments) { return show(arguments, "solver", solver::all()); }
ExitCode losses_command(const Arguments& arguments) { return show(arguments, "loss", loss::all()); }
ExitCode schedules_command(const Arguments& arguments) {
  return show(arguments, "schedule", schedule::all());
}

}  // namespace sparselearn::cli
