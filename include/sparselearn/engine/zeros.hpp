// Long vectors, and those of zeros. The kernel clears every page before its first use: here all threads have
// it do so.
#pragma once
#include <cstddef>

namespace sparselearn {

/// Has the kernel provide the pages of memory that nothing was written to yet, on the allowed threads. The
/// contents are as they were. A kernel that refuses (before 5.14) costs speed alone.
void make_pages_ready(void* memory, std::size_t bytes);

/// v becomes empty, with memory for `size` elements whose pages are there. Throws std::bad_alloc.
template <class Vector>
void make_room(Vector& v, std::size_t size) {
  v.clear();
  if (v.capacity() >= size) return;
  v.reserve(size);
  make_pages_ready(v.data(), size * sizeof(v[0]));
}

/// v becomes `size` zeros. Throws std::bad_alloc.
template <class Vector>
void assign_zeros(Vector& v, std::size_t size) {
  make_room(v, size);
  v.assign(size, 0);
}

}  // namespace sparselearn
