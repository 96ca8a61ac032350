"""The native file of activations, written batch by batch: whole under its name, or not there at all."""
import os
import shutil
import tempfile

import h5py
import numpy

FORMAT = "stratoscope-activations"
_BLOCK_BYTES = 1 << 20


class ActivationsFile:
    """A context manager. What is written appears under `path` when the block ends without an exception; until then it is a
    temporary file beside it. An existing file gains a model: its images keep their rows, and those of the new model are put where
    their ids say, in whatever order they come."""

    def __init__(self, path, model, attributes, dtype):
        self._path = os.fspath(path)
        self._model = model
        self._attributes = attributes
        self._dtype = numpy.dtype(dtype)
        self._row_of = None   # id → row, of an existing file with ids
        self._known = None    # the number of images of an existing file
        self._written = None  # which of them have come
        self._seen = set()    # ids, of a new file
        self.images = 0

    def __enter__(self):
        folder, name = os.path.split(os.path.abspath(self._path))
        handle, self._temporary = tempfile.mkstemp(prefix=f".{name}.", dir=folder)
        os.close(handle)
        try:
            self._open()
        except BaseException:
            os.unlink(self._temporary)
            raise
        return self

    def _open(self):
        if os.path.exists(self._path):
            shutil.copyfile(self._path, self._temporary)
            self._file = h5py.File(self._temporary, "r+")
            if self._file.attrs.get("format") not in (FORMAT, FORMAT.encode()):
                self._file.close()
                raise ValueError(f"{self._path}: this is not a file of Stratoscope's; choose another name")
            if f"models/{self._model}" in self._file:
                self._file.close()
                raise ValueError(f'{self._path}: there is a model "{self._model}" in it already; give this one another name')
            self._read_images()
        else:
            self._file = h5py.File(self._temporary, "w")
            self._file.attrs.update(format=FORMAT, version=1)
        self._group = self._file.create_group(f"models/{self._model}", track_order=True)
        for key, value in self._attributes.items():
            if value:
                self._group.attrs[key] = value
        self._layers = self._group.create_group("layers", track_order=True)

    def _read_images(self):
        ids = self._file.get("images/ids")
        if ids is not None:
            self._row_of = {text: row for row, text in enumerate(ids.asstr()[()])}
            self._known = len(self._row_of)
        else:
            layers = [layer for model in self._file["models"].values() for layer in model.get("layers", {}).values()]
            self._known = layers[0].shape[0] if layers else None
        if self._known is not None:
            self._written = numpy.zeros(self._known, dtype=bool)

    def __exit__(self, kind, error, trace):
        try:
            if kind is None:
                self._check_all_came()
                self._file.close()
                with open(self._temporary, "rb+") as file:
                    os.fsync(file.fileno())
                mask = os.umask(0)
                os.umask(mask)
                os.chmod(self._temporary, 0o666 & ~mask)  # mkstemp's own are for the user alone
                os.replace(self._temporary, self._path)
                return
        finally:
            if self._file:
                self._file.close()
            if os.path.exists(self._temporary):
                os.unlink(self._temporary)

    def _check_all_came(self):
        if self.images == 0:
            raise ValueError("there were no images")
        if self._written is not None and not self._written.all():
            missing = int(self._written.argmin())
            name = next((text for text, row in (self._row_of or {}).items() if row == missing), str(missing))
            raise ValueError(f"{self._path} has {self._known} images, {self.images} came; the first missing is {name}")

    def add_images(self, size, ids, labels, paths, thumbnails):
        """Says which images come next, and gives their rows."""
        first = self.images
        self.images += size
        if self._known is None:
            if ids is not None:
                ids = [str(one) for one in ids]
                for one in ids:
                    if one in self._seen:
                        raise ValueError(f'the id "{one}" stands for two images; each needs its own')
                    self._seen.add(one)
                self._append("images/ids", numpy.array(ids, dtype=object), h5py.string_dtype())
            self._append_if("images/labels", labels, numpy.int64)
            self._append_if("images/paths", None if paths is None else numpy.array([str(one) for one in paths], dtype=object),
                            h5py.string_dtype())
            if thumbnails is not None:
                self._append("images/thumbnails", thumbnails, numpy.uint8, chunk=1, compression="gzip")
            return slice(first, first + size)
        if self._row_of is None:
            rows = range(first, first + size)
            if self.images > self._known:
                raise ValueError(f"{self._path} has {self._known} images; more came")
        elif ids is None:
            raise ValueError(f"the images in {self._path} have ids, so these need theirs too: a row is an image by its id")
        else:
            unknown = next((str(one) for one in ids if str(one) not in self._row_of), None)
            if unknown is not None:
                raise ValueError(f'the image "{unknown}" is not among those of {self._path}; write another file, several open together')
            rows = [self._row_of[str(one)] for one in ids]
        rows = numpy.fromiter(rows, dtype=numpy.int64)
        if self._written[rows].any() or len(set(rows.tolist())) != size:
            raise ValueError("an image came twice")
        self._written[rows] = True
        return rows

    def label_names(self, names):
        if names is not None and "images/label_names" not in self._file:
            self._file.create_dataset("images/label_names", data=[str(one) for one in names], dtype=h5py.string_dtype())

    def add_rows(self, layer, attributes, values, rows):
        """values: (n, …) of the images whose rows these are."""
        narrow = values.astype(self._dtype)
        if self._dtype == numpy.float16 and (numpy.isinf(narrow) & numpy.isfinite(values)).any():
            raise ValueError(f"{layer}: a value of {abs(values).max():.4g} is too large for float16; use dtype=\"float32\"")
        if layer not in self._layers:
            if self._known is None:
                self._dataset(f"{self._layers.name}/{layer}", narrow.shape[1:], self._dtype, rows.start, fletcher32=True)
            else:
                self._dataset(f"{self._layers.name}/{layer}", narrow.shape[1:], self._dtype, self._known, fletcher32=True)
            for key, value in attributes.items():
                self._layers[layer].attrs[key] = value
        dataset = self._layers[layer]
        if isinstance(rows, slice):
            dataset.resize(rows.stop, axis=0)
            dataset[rows] = narrow
            return
        order = numpy.argsort(rows)  # h5py selects in rising order; runs of neighbours are written at once
        rows, narrow = rows[order], narrow[order]
        for run in numpy.split(numpy.arange(len(rows)), numpy.nonzero(numpy.diff(rows) != 1)[0] + 1):
            dataset[rows[run[0]]:rows[run[-1]] + 1] = narrow[run]

    def finish_layers(self, depths):
        for layer, depth in depths.items():
            self._layers[layer].attrs["depth"] = depth

    def _dataset(self, path, shape, dtype, rows, chunk=None, **options):
        width = int(numpy.prod(shape)) * (dtype.itemsize if isinstance(dtype, numpy.dtype) else 16)
        chunk = chunk or max(1, min(1024, _BLOCK_BYTES // max(1, width)))
        return self._file.create_dataset(path, shape=(rows, *shape), maxshape=(None, *shape), dtype=dtype, chunks=(chunk, *shape), **options)

    def _append(self, path, values, dtype, chunk=None, **options):
        if path not in self._file:
            if self.images != len(values):
                raise ValueError(f"{path.split('/')[1]} came with some images and not with others")
            self._dataset(path, values.shape[1:], dtype if not isinstance(dtype, type) else numpy.dtype(dtype), 0, chunk, **options)
        dataset = self._file[path]
        if dataset.shape[0] != self.images - len(values) or dataset.shape[1:] != values.shape[1:]:
            raise ValueError(f"{path.split('/')[1]} came with some images and not with others, or in another size")
        dataset.resize(self.images, axis=0)
        dataset[self.images - len(values):] = values

    def _append_if(self, path, values, dtype):
        if values is not None:
            self._append(path, numpy.asarray(values), dtype)
