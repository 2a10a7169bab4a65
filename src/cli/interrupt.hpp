// Ctrl-C and SIGTERM. Until there is something worth keeping they end the program at once, with the exit code
// of an interrupt; then the first asks the run to stop at the next good moment, and the second kills.
#pragma once

namespace sparselearn::cli {

/// From now on SIGINT and SIGTERM end the program with exit code 130.
void exit_on_interrupt();
/// From now on SIGINT and SIGTERM set a flag, once each.
void catch_interrupts();
bool interrupted();

}  // namespace sparselearn::cli
