# The floors of the house, proved on the sources:  awk -f check_floors.awk FILE...   (paths from the root of the tree)
#   1. a floor includes only itself and the floors below it;
#   2. TBB is used in data/, engine/ and train/ alone;
#   3. nothing outside cli/ and the files above all floors (main.cpp, heap.cpp) prints or exits.

BEGIN {
  allow("base", "")
  allow("data", "base")
  allow("loss", "base")  # the mathematics never include each other
  allow("penalty", "base")
  allow("schedule", "base")
  allow("metric", "base")
  mathematics = "loss penalty schedule metric"
  allow("model", "base data " mathematics)  # a model makes its own loss, so the mathematics lie below it
  allow("engine", "base data model " mathematics)
  allow("solver", "base data model engine " mathematics)
  allow("train", "base data model engine solver " mathematics)
  allow("cli", "base data model engine solver train " mathematics)
}

function allow(floor, below,    names, count, i) {
  known[floor] = 1
  may[floor, floor] = 1
  count = split(below, names, " ")
  for (i = 1; i <= count; i++) may[floor, names[i]] = 1
}

function fault(text) {
  print FILENAME ":" FNR ": " text
  faults++
}

FNR == 1 {
  files++
  count = split(FILENAME, folders, "/")
  floor = folders[1] == "src" ? folders[2] : folders[3]
  free = FILENAME ~ /^src\/(main\.cpp|heap\.[ch]pp)$/  # above all floors
  if (!free && !(floor in known)) fault("lies on no floor")
}

free { next }

{ code = $0; sub(/\/\/.*/, "", code) }

code ~ /^[ \t]*#[ \t]*include[ \t]*"/ {
  split(code, quoted, "\"")
  path = quoted[2]
  ours = sub(/^sparselearn\//, "", path)
  target = path
  sub(/\/.*/, "", target)
  if (path ~ /^\.\./) fault("include by floor, not by ../")
  else if (target in known) { if (!((floor, target) in may)) fault(floor "/ must not include " target "/") }
  else if (ours || path ~ /\//) fault("\"" target "\" is not a floor")
}

floor != "data" && floor != "engine" && floor != "train" && code ~ /tbb(::|\/)/ {
  fault("TBB belongs to data/, engine/ and train/")
}

floor != "cli" && code ~ /std::(cout|cerr|clog)|<iostream>|(^|[^a-z_.])f?(printf|puts|putchar) *\(|(^|[^a-z_.>])(exit|_exit|_Exit|quick_exit|abort|terminate) *\(/ {
  fault("only cli/ and main.cpp print or exit")
}

END {
  print files + 0 " files checked, " faults + 0 " faults"
  if (faults || !files) exit 1
}
