// The tables of options and subcommands agree with themselves, with the library's tables and with its
// structs.
#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <sstream>

#include "cli/arguments.hpp"
#include "cli/help.hpp"
#include "cli/names.hpp"
#include "cli/train_settings.hpp"
#include "sparselearn/schedule/schedule.hpp"

using namespace sparselearn;
using namespace sparselearn::cli;

TEST_CASE(
    "options: names and letters are unique in a subcommand, groups stand together, help begins in lower "
    "case") {
  for (const Subcommand& subcommand : all_subcommands()) {
    std::set<std::string_view> names;
    std::set<char> letters;
    std::set<Group> groups;
    const Option* before = nullptr;
    for (const Option* option : options_of(subcommand)) {
      CAPTURE(option->name);
      CHECK(names.insert(option->name).second);
      CHECK((option->letter == 0 || letters.insert(option->letter).second));
      CHECK(((before && before->group == option->group) || groups.insert(option->group).second));
      CHECK(!(option->flag() && !option->fallback.empty()));
      CHECK(option->help.back() != '.');
      const auto choices = option->choices();
      const bool fits = option->fallback.empty() || choices.empty() ||
                        std::find(choices.begin(), choices.end(), option->fallback) != choices.end();
      CHECK(fits);
      before = option;
    }
  }
}

// The first words of the lines that begin an option, "--loss".
static std::vector<std::string> told_options(const std::string& help) {
  std::vector<std::string> told;
  std::istringstream lines(help);
  for (std::string line, word; std::getline(lines, line);) {
    std::istringstream words(line);
    if (!line.starts_with("  ") || line.starts_with("       ")) continue;
    if (words >> word && word.starts_with('-') && !word.starts_with("--")) words >> word;
    if (word.starts_with("--")) told.push_back(word.substr(2));
  }
  return told;
}

TEST_CASE("options: --help-all of a subcommand tells each of its options, and no other") {
  for (const Subcommand& subcommand : all_subcommands()) {
    std::vector<std::string> names;
    for (const Option* option : options_of(subcommand)) names.emplace_back(option->name);
    CHECK(told_options(subcommand_help_all(subcommand)) == names);
    CHECK(program_help().find("\n  " + std::string(subcommand.name) + " ") != std::string::npos);
  }
}

TEST_CASE("options: --help of a subcommand fits a screen, and says where the options left out are told") {
  for (const Subcommand& subcommand : all_subcommands()) {
    CAPTURE(subcommand.name);
    const std::string help = subcommand_help(subcommand);
    CHECK(std::count(help.begin(), help.end(), '\n') <= 50);
    std::istringstream lines(help);
    for (std::string line; std::getline(lines, line);) CHECK_MESSAGE(line.size() <= 100, line);

    const auto told = told_options(help);
    if (subcommand.often.empty()) {
      CHECK(help == subcommand_help_all(subcommand));
      continue;
    }
    for (const std::string_view name : split(subcommand.often, ','))
      CHECK_MESSAGE(std::count(told.begin(), told.end(), name) == 1, name);
    CHECK(told.size() == split(subcommand.often, ',').size());
    CHECK(help.ends_with("\n`sparselearn " + std::string(subcommand.name) +
                         " --help-all` lists every option.\n"));
  }
}

TEST_CASE(
    "options: what solvers, losses and schedules read are options of train, in the group that is checked") {
  const Subcommand& train = find_subcommand("train");
  const auto check = [&](std::string_view list, Group group) {
    for (const std::string_view name : split(list, ',')) {
      if (name.empty() || name == "classes" || name == "seed" || name == "epochs")
        continue;  // not for one table alone
      CAPTURE(name);
      const Option* const option = find_option(train, name);
      REQUIRE(option);
      // A solver may have a schedule of its own, and with it options of schedules.
      CHECK((option->group == group || (group == Group::solver && option->group == Group::schedule_option)));
    }
  };
  for (const solver::Info& info : solver::all()) check(info.options, Group::solver);
  for (const loss::Info& info : loss::all()) check(info.options, Group::loss_option);
  for (const schedule::Info& info : schedule::all()) check(info.options, Group::schedule_option);
}

TEST_CASE("options: every option of train sets a field, but those of reading and of the screen") {
  for (const Option* option : options_of(find_subcommand("train"))) {
    const bool elsewhere =
        option->group == Group::screen || (option->group == Group::data && option->name != "features");
    if (elsewhere || option->fallback.empty()) continue;
    CAPTURE(option->name);
    TrainSettings settings;
    CHECK(apply_train_option(settings, option->name, option->fallback));
  }
  TrainSettings settings;
  CHECK(apply_train_option(settings, "class-weight", "balanced"));
  CHECK(apply_train_option(settings, "loopless", ""));
  CHECK_FALSE(apply_train_option(settings, "no-such-option", ""));
}

// Serialises everything that a default could change.
static std::string all_fields(const TrainSettings& s) {
  const SolverOptions& o = s.solver_options;
  const ScheduleOptions& c = o.schedule_options;
  const LossOptions& l = s.loss_options;
  std::string text;
  const auto number = [&](double value) { text += std::to_string(value) + " "; };
  for (const double value : {o.step.value_or(-1),
                             o.batch_growth,
                             o.averaging_start,
                             o.averaging_decay,
                             o.momentum.value_or(-1),
                             o.beta1,
                             o.beta2,
                             o.rho,
                             o.epsilon * 1e6,
                             o.beta,
                             o.gamma,
                             o.inner,
                             o.damping,
                             o.kappa,
                             o.phi,
                             o.theta,
                             o.clip_norm,
                             o.clip_value,
                             o.gradient_noise,
                             o.epochs,
                             c.final_step,
                             c.horizon,
                             c.decay,
                             c.drop_every,
                             l.huber_delta,
                             l.epsilon_insensitive,
                             l.quantile,
                             l.hinge_smoothing,
                             l.label_smoothing,
                             s.train.epochs,
                             s.train.tolerance * 1e3,
                             s.train.time_limit,
                             s.train.trace_every,
                             s.l1,
                             s.l2.value_or(-1)})
    number(value);
  for (const std::uint64_t value :
       {o.batch_size, std::uint64_t{o.memory}, o.restart, o.truncate_every, std::uint64_t{o.block_size},
        o.parts, o.seed, s.train.early_stop, std::uint64_t{s.threads}})
    text += std::to_string(value) + " ";
  for (const bool flag : {o.nesterov, o.loopless, o.no_restart, s.intercept, s.one_vs_rest, s.trace_append})
    text += flag ? "1 " : "0 ";
  for (const std::string& word : {o.schedule, o.line_search, o.averaging, o.snapshot, o.ftrl_penalty,
                                  o.fisher, o.cg_beta, o.update, o.order, o.sampling, o.mode})
    text += word + " ";
  return text;
}

TEST_CASE("options: the defaults that the table tells are those of the library's structs") {
  TrainSettings told;
  for (const Option* option : options_of(find_subcommand("train")))
    if (!option->fallback.empty()) apply_train_option(told, option->name, option->fallback);
  CHECK(all_fields(told) == all_fields(TrainSettings{}));
}

TEST_CASE("arguments: the ways of writing options") {
  const Subcommand& train = find_subcommand("train");
  const Arguments a(train, {"--l1=0.5", "-m", "x.model", "data", "-qv", "--epochs", "7", "--epochs=8", "-e9",
                            "--", "--l2", "-"});
  CHECK(a.text("l1") == "0.5");
  CHECK(a.text("model") == "x.model");
  CHECK(a.given("quiet"));
  CHECK(a.given("verbose"));
  CHECK(a.text("epochs") == "9");  // the last one
  CHECK(a.text("tol") == "1e-4");  // the fallback
  CHECK_FALSE(a.given("tol"));
  CHECK(a.positional() == std::vector<std::string>{"data", "--l2", "-"});
  CHECK(Arguments(train, {"--positive", "-1", "-"}).text("positive") == "-1");
  CHECK_THROWS_AS(Arguments(train, {"--epoch", "7"}), UsageError);  // no abbreviations
}

TEST_CASE("wrapped: lines break at blanks, long words stay whole") {
  CHECK(wrapped("aaa bbb ccc", 2, 7) == "aaa bbb\n  ccc");
  CHECK(wrapped("aaaaaaaaaa b", 2, 4) == "aaaaaaaaaa b");
  CHECK(wrapped("", 2, 4).empty());
}
