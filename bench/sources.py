"""The data sets that a bench asks for."""
import subprocess


def sources(options, folder):
    """The files of --sets that are in --data, then the look-alikes of --likes, made in the folder by the program."""
    for name in filter(None, options.sets.split(",")):
        yield from sorted(options.data.glob(name + "*") if options.data else [])[:1]
    for name in filter(None, options.likes.split(",")):
        made = folder / f"{name}-like"
        subprocess.run([options.program, "generate", "-q", "--like", name, str(made)], check=True)
        yield made
