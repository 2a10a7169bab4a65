"""The data sets that a bench asks for."""
import subprocess


def sources(options, folder):
    """The files of --sets that are in --data, then the look-alikes of --likes, made in the folder by the program.

    A look-alike is NAME, or NAME:SCALE or NAME:SCALE:COLUMNS, as `generate` takes them.
    """
    for name in filter(None, options.sets.split(",")):
        yield from sorted(options.data.glob(name + "*") if options.data else [])[:1]
    for name in filter(None, options.likes.split(",")):
        name, *shape = name.split(":")
        made = folder / "-".join([f"{name}-like", *shape])
        scaled = [word for pair in zip(("--scale", "--columns"), shape) for word in pair]
        subprocess.run([options.program, "generate", "-q", "--like", name, *scaled, str(made)], check=True)
        yield made
