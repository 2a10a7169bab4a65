#include "cli/cli.hpp"

int main(int argc, char** argv) { return sparselearn::cli::run(argc, argv); }
