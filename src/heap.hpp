// The program's heap in large pages. The first touch of a page traps into the kernel, which in a virtual
// machine is dear, and with pages of 4 KiB a run of a few milliseconds does so a thousand times.
#pragma once

namespace sparselearn {

/// Call first, before there are threads or large arrays. What the system refuses costs speed alone.
void prepare_heap() noexcept;

}  // namespace sparselearn
