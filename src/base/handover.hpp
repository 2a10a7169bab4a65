// What TBB promises and ThreadSanitizer cannot see. Debian's libtbb is not instrumented, so the order that it
// makes between the thread that hands out work and the threads that do it stays invisible, and every parallel
// loop would be reported as a race. These few calls tell the sanitizer of that order and of no other; without
// the sanitizer they are nothing.
#pragma once

#if defined(__SANITIZE_THREAD__)
#define SPARSELEARN_THREAD_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define SPARSELEARN_THREAD_SANITIZER 1
#endif
#endif

#ifdef SPARSELEARN_THREAD_SANITIZER
extern "C" {
void __tsan_acquire(void* address);
void __tsan_release(void* address);
}
#endif

namespace sparselearn {

/// One point of order: everything before give() happens before everything after a later take().
class Handover {
 public:
  void give() {
#ifdef SPARSELEARN_THREAD_SANITIZER
    __tsan_release(this);
#endif
  }
  void take() {
#ifdef SPARSELEARN_THREAD_SANITIZER
    __tsan_acquire(this);
#endif
  }
};

/// Given by the caller of a parallel loop, taken first thing by its bodies. One for all loops, because a body
/// must reach it before it reads anything that it shares with the caller.
inline Handover any_start;

/// A piece of work in a chain: takes the handover on entry, gives it on exit.
class Handed {
 public:
  explicit Handed(Handover& handover) : handover_(handover) { handover_.take(); }
  ~Handed() { handover_.give(); }
  Handed(const Handed&) = delete;
  Handed& operator=(const Handed&) = delete;

 private:
  Handover& handover_;
};

/// Takes the handover at its end, however the scope is left: what bodies that threw have done is seen, too.
class Join {
 public:
  explicit Join(Handover& handover) : handover_(handover) {}
  ~Join() { handover_.take(); }
  Join(const Join&) = delete;
  Join& operator=(const Join&) = delete;

 private:
  Handover& handover_;
};

/// loop(body) for a parallel loop of TBB: what came before it is seen by every body, every body by what comes
/// after.
template <class Loop, class Body>
void fork_and_join(const Loop& loop, const Body& body) {
  struct Give {
    Handover& end;
    ~Give() { end.give(); }
  };
  Handover end;
  const Join join(end);
  const auto each = [&](const auto& argument) {
    any_start.take();
    const Give done{end};
    body(argument);
  };
  any_start.give();
  loop(each);
}

}  // namespace sparselearn
