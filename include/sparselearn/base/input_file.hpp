// A whole file in memory: models, weights, checkpoints; or its first bytes. Data files have a reader of their
// own.
#pragma once
#include <cstddef>
#include <string>

namespace sparselearn {

/// The bytes of a file, a pipe, or standard input for "-". Throws IoError naming the path and the system's
/// reason.
std::string read_file(const std::string& path);

/// The first bytes of a file, `most` of them or as many as there are, to tell what it is. Throws IoError like
/// read_file.
std::string read_begin(const std::string& path, std::size_t most);

}  // namespace sparselearn
