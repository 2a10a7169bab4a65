#include "cli/interrupt.hpp"

#include <signal.h>

#include <atomic>

namespace sparselearn::cli {
namespace {

std::atomic<bool> flag{false};
static_assert(std::atomic<bool>::is_always_lock_free, "set in a signal handler");

// Both signals go back to killing: whoever asks twice means it.
void on_signal(int) {
  flag = true;
  ::signal(SIGINT, SIG_DFL);
  ::signal(SIGTERM, SIG_DFL);
}

}  // namespace

void catch_interrupts() {
  struct sigaction action {};
  action.sa_handler = on_signal;
  action.sa_flags = SA_RESTART;
  for (const int number : {SIGINT, SIGTERM}) {
    struct sigaction before {};
    // A signal the parent had ignored (nohup, a background job) stays ignored.
    if (::sigaction(number, nullptr, &before) == 0 && before.sa_handler == SIG_IGN) continue;
    ::sigaction(number, &action, nullptr);
  }
}

bool interrupted() { return flag; }

}  // namespace sparselearn::cli
