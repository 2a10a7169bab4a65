// The program's heap in large pages. The first touch of a page of 4 KiB takes the time of some hundred
// nonzeros, in a virtual machine that of thousands, and a run of a few milliseconds touches a thousand.
#pragma once

namespace sparselearn {

/// Call first, before there are threads or large arrays. What the system refuses costs speed alone.
void prepare_heap() noexcept;

}  // namespace sparselearn
