// Vectors of zeros. The kernel clears every page before its first use, and to clear those of a long vector is
// as much work as a sweep over the rows: all threads do it.
#pragma once
#include <cstddef>

namespace sparselearn {

/// Has the kernel provide the pages of memory that nothing was written to yet, on the allowed threads. The
/// contents are as they were. A kernel that refuses (before 5.14) costs speed alone.
void make_pages_ready(void* memory, std::size_t bytes);

/// v becomes `size` zeros. Throws std::bad_alloc.
template <class Vector>
void assign_zeros(Vector& v, std::size_t size) {
  v.clear();
  if (v.capacity() < size) {
    v.reserve(size);
    make_pages_ready(v.data(), size * sizeof(v[0]));
  }
  v.assign(size, 0);
}

}  // namespace sparselearn
