// Arrays in a file instead of in memory, for data larger than that. The file is mapped, so whoever reads the
// arrays need not know; the kernel keeps of it what it has room for, and a watch lets go of mapped pages
// whenever the process holds more than it may. Pages let go are read back from the kernel's cache of the
// file, or from the disk, when they are needed again.
#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

namespace sparselearn {

class Spill {
 public:
  /// Arrays go to an unnamed file in `folder`, which is gone when the process ends, however it ends. `limit`:
  /// bytes of memory that the whole process may hold. Throws IoError.
  Spill(const std::string& folder, std::uint64_t limit);
  /// Arrays may live longer than the Spill; they are watched no more.
  ~Spill();
  Spill(const Spill&) = delete;
  Spill& operator=(const Spill&) = delete;

  /// While it lives, huge vectors of this thread (or of all threads) get their memory from the file. Nests.
  class Use {
   public:
    enum class Threads { this_one, all };
    Use(Spill& spill, Threads threads);
    ~Use();
    Use(const Use&) = delete;
    Use& operator=(const Use&) = delete;

   private:
    Threads threads_;
    Spill* before_;
  };

  /// Lets go of all pages if they take more than a quarter of what the rest of the process leaves of the
  /// limit. To be called between pieces of work, where nothing that was just read is needed again; what is
  /// forgotten is left to the watch.
  void relieve();

  /// Bytes of arrays put into the file so far.
  std::uint64_t bytes() const;

  // For the allocator of huge vectors. Throws IoError where the disk is full.
  static Spill* in_use();
  void* allocate(std::size_t bytes);
  /// False if the memory is not of any spill.
  static bool take_back(void* memory) noexcept;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Where spill files go unless told otherwise: $TMPDIR, else /var/tmp.
std::string spill_folder();
/// Gives the system back what the process has freed but the C library keeps, where it can.
void return_free_memory();
/// Bytes of memory that this process holds now, 0 if the system does not tell.
std::uint64_t resident_memory();
/// Bytes of memory that the machine has.
std::uint64_t physical_memory();

}  // namespace sparselearn
