#include "cli/interrupt.hpp"

#include <signal.h>
#include <unistd.h>

#include <atomic>

#include "sparselearn/base/error.hpp"

namespace sparselearn::cli {
namespace {

std::atomic<bool> flag{false};
static_assert(std::atomic<bool>::is_always_lock_free, "set in a signal handler");

void leave(int) { ::_exit(static_cast<int>(ExitCode::interrupted)); }

// Ctrl-C, a request to end, and a terminal that goes away.
constexpr int signals[] = {SIGINT, SIGTERM, SIGHUP};

// The signals go back to killing: whoever asks twice means it. A terminal may tell more than once that it has
// gone.
void remember(int) {
  flag = true;
  ::signal(SIGINT, SIG_DFL);
  ::signal(SIGTERM, SIG_DFL);
}

void handle(void (*handler)(int), int flags) {
  struct sigaction action {};
  action.sa_handler = handler;
  action.sa_flags = flags;
  for (const int number : signals) {
    struct sigaction before {};
    // A signal the parent had ignored (nohup, a background job) stays ignored.
    if (::sigaction(number, nullptr, &before) == 0 && before.sa_handler == SIG_IGN) continue;
    ::sigaction(number, &action, nullptr);
  }
}

}  // namespace

// A read under way is not taken up again: the thread sanitizer holds a signal back until it returns.
void exit_on_interrupt() { handle(leave, 0); }

void catch_interrupts() { handle(remember, SA_RESTART); }

bool interrupted() { return flag; }

}  // namespace sparselearn::cli
