// Reading DATA for a subcommand: options, progress bar, Ctrl-C, and what there is to say afterwards.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "cli/screen.hpp"
#include "sparselearn/data/reader.hpp"
#include "sparselearn/model/model.hpp"

namespace sparselearn::cli {

ReadOptions read_options(const Arguments& arguments);
/// The same, but "auto" is this index base.
ReadOptions read_options(const Arguments& arguments, int index_base);
/// The same for rows that the model shall judge: its index base, lists of labels where it has them, and
/// features hashed as it has them.
ReadOptions read_options(const Arguments& arguments, const Model& model);

/// Shows how far the reading has come, and stops it when interrupted.
ReadProgress reading_bar(Screen& screen);

Dataset read_data(const std::vector<std::string>& paths, const ReadOptions& options, Screen& screen,
                  ReadReport& report);
/// The same by way of caches kept in `folder`, beside the files if empty.
Dataset read_data_cached(const std::vector<std::string>& paths, const std::string& folder,
                         const ReadOptions& options, Screen& screen, ReadReport& report);
void stream_data(const std::vector<std::string>& paths, const ReadOptions& options, Screen& screen,
                 ReadReport& report, const std::function<void(RowBlock&&)>& consume);
void survey_data(const std::vector<std::string>& paths, const ReadOptions& options, Screen& screen,
                 ReadReport& report, const std::function<void(const RowBlock&)>& look);

}  // namespace sparselearn::cli
