#include "sparselearn/train/trace_writer.hpp"

#include <doctest/doctest.h>

#include "sparselearn/base/error.hpp"
#include "temporary_folder.hpp"

using namespace sparselearn;
using namespace sparselearn::tests;

namespace {

const std::string header =
    "run,dataset,solver,loss,l1,l2,threads,seed,epoch,updates,seconds,objective,train_loss,grad_norm,duality_"
    "gap,"
    "nonzeros,step,valid_loss,valid_metric,passes\r\n";

TraceRow sample_row() {
  TraceRow row;
  row.epoch = 1.5;
  row.updates = 300;
  row.seconds = 0.25;
  row.objective = 1.0 / 3;
  row.train_loss = 0.125;
  row.grad_norm = 1e-9;
  row.nonzeros = 7;
  row.passes = 2;
  return row;
}

}  // namespace

TEST_CASE("TraceWriter: header, a row, unknown fields empty, quotes as in RFC 4180") {
  const TemporaryFolder folder;
  TraceWriter trace(folder / "t.csv", TraceWriter::Existing::replace);
  CHECK(trace.next_run() == "1");
  trace.write({"1", "a,b \"c\"", "saga", "logistic", 0, 0.001, 2, 42}, sample_row());
  CHECK_FALSE(std::filesystem::exists(folder / "t.csv"));
  trace.commit();
  CHECK(read_text(folder / "t.csv") ==
        header +
            "1,\"a,b "
            "\"\"c\"\"\",saga,logistic,0,0.001,2,42,1.5,300,0.25,0.3333333333333333,0.125,1e-09,,7,,,,2\r\n");
}

TEST_CASE("TraceWriter: runs are appended under one header and numbered") {
  const TemporaryFolder folder;
  const std::string path = folder / "t.csv";
  for (const char* run : {"1", "2", "3"}) {
    TraceWriter trace(path, TraceWriter::Existing::append);
    CHECK(trace.next_run() == run);
    trace.write({trace.next_run(), "d", "saga", "logistic", 0, 0, 1, 1}, sample_row());
    trace.commit();
  }
  const std::string text = read_text(path);
  CHECK(text.starts_with(header));
  CHECK(text.find("run", 3) == std::string::npos);
  CHECK(text.find("\r\n3,d,") != std::string::npos);
  TraceWriter(path, TraceWriter::Existing::replace).commit();
  CHECK(read_text(path) == header);
}

TEST_CASE("TraceWriter: a last line without an end is ended before rows are added") {
  const TemporaryFolder folder;
  write_text(folder / "t.csv", header + "9,d");
  TraceWriter trace(folder / "t.csv", TraceWriter::Existing::append);
  CHECK(trace.next_run() == "10");
  trace.commit();
  CHECK(read_text(folder / "t.csv") == header + "9,d\r\n");
}

TEST_CASE("TraceWriter: rows are not appended to another kind of file, which stays as it is") {
  const TemporaryFolder folder;
  write_text(folder / "notes.txt", "dear diary\n");
  CHECK_THROWS_AS(TraceWriter(folder / "notes.txt", TraceWriter::Existing::append), DataError);
  CHECK(read_text(folder / "notes.txt") == "dear diary\n");
  CHECK(folder.entries() == 1);
}
