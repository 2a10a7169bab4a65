// Ctrl-C and SIGTERM: the first asks the run to stop at the next good moment, the second kills.
#pragma once

namespace sparselearn::cli {

/// From now on SIGINT and SIGTERM set a flag, once each.
void catch_interrupts();
bool interrupted();

}  // namespace sparselearn::cli
