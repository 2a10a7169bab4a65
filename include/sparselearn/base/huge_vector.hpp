// A vector whose larger allocations start on a huge-page boundary and ask the kernel for huge pages: weights
// and rows are read at random, and 4 KiB pages would spend the time in the TLB. Elements are left
// uninitialised by resize().
#pragma once
#include <cstddef>
#include <memory>
#include <new>
#include <utility>
#include <vector>

namespace sparselearn {

/// Cache-line aligned memory: from 4 MiB up aligned to and advised for 2 MiB pages, from 16 KiB up cut from
/// slabs whose pages are made ready beforehand. Throws std::bad_alloc.
void* allocate_huge(std::size_t bytes);
/// Gives it back; `bytes` as it was asked for.
void free_huge(void* memory, std::size_t bytes) noexcept;
/// Asks for 2 MiB pages where they fit into memory of other origin that has not been touched yet.
void advise_huge(void* memory, std::size_t bytes) noexcept;
/// Has the kernel provide the pages that lie wholly or in part in that memory, in one call instead of a fault
/// each. Kernels before 5.14 refuse, which costs speed alone.
void provide_pages(void* memory, std::size_t bytes) noexcept;

template <class T>
struct HugeAllocator {
  using value_type = T;
  HugeAllocator() = default;
  template <class U>
  HugeAllocator(const HugeAllocator<U>&) {}
  T* allocate(std::size_t count) {
    if (count > static_cast<std::size_t>(-1) / sizeof(T)) throw std::bad_alloc();
    return static_cast<T*>(allocate_huge(count * sizeof(T)));
  }
  void deallocate(T* memory, std::size_t count) noexcept { free_huge(memory, count * sizeof(T)); }
  // resize(n) leaves the new elements uninitialised; resize(n, value) still fills.
  template <class U>
  void construct(U* place) noexcept {
    ::new (static_cast<void*>(place)) U;
  }
  template <class U, class... Args>
  void construct(U* place, Args&&... args) {
    ::new (static_cast<void*>(place)) U(std::forward<Args>(args)...);
  }
  template <class U>
  bool operator==(const HugeAllocator<U>&) const {
    return true;
  }
};

template <class T>
using HugeVector = std::vector<T, HugeAllocator<T>>;

}  // namespace sparselearn
