// The losses to test: every line of losses.def with its defaults and with a few other settings of each option
// it reads.
#pragma once
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sparselearn/loss/loss.hpp"

namespace sparselearn {

inline bool reads(const loss::Info& info, std::string_view option) {
  const std::string list = "," + std::string(info.options) + ",";
  return list.find("," + std::string(option) + ",") != std::string::npos;
}

inline std::vector<LossOptions> settings_of(const loss::Info& info) {
  std::vector<LossOptions> settings{{}};
  const auto vary = [&](std::string_view option, auto LossOptions::*member, auto values) {
    if (!reads(info, option)) return;
    for (const auto value : values) {
      settings.emplace_back();
      settings.back().*member = value;
    }
  };
  vary("huber-delta", &LossOptions::huber_delta, std::vector{0.1, 2.5});
  vary("epsilon-insensitive", &LossOptions::epsilon_insensitive, std::vector{0.3});
  vary("quantile", &LossOptions::quantile, std::vector{0.1, 0.9});
  vary("hinge-smoothing", &LossOptions::hinge_smoothing, std::vector{0.1, 3.0});
  vary("label-smoothing", &LossOptions::label_smoothing, std::vector{0.1, 0.7});
  vary("classes", &LossOptions::classes, std::vector<std::size_t>{3, 20, 129});
  return settings;
}

/// Losses of one score.
inline std::vector<std::unique_ptr<Loss>> scalar_losses() {
  std::vector<std::unique_ptr<Loss>> losses;
  for (const loss::Info& info : loss::all())
    for (const LossOptions& options : settings_of(info))
      if (auto made = info.make(options); made->outputs() == 1) losses.push_back(std::move(made));
  return losses;
}

}  // namespace sparselearn
