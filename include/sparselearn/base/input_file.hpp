// A whole file in memory: models, weights, checkpoints. Data files have a reader of their own.
#pragma once
#include <string>

namespace sparselearn {

/// The bytes of a file, a pipe, or standard input for "-". Throws IoError naming the path and the system's
/// reason.
std::string read_file(const std::string& path);

}  // namespace sparselearn
