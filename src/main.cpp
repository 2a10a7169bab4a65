#include "cli/cli.hpp"
#include "heap.hpp"

int main(int argc, char** argv) {
  sparselearn::prepare_heap();
  return sparselearn::cli::run(argc, argv);
}
