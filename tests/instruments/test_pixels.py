"""Images: measured files with known sizes, pixel sizes that programs write, damaged and lying headers."""

import struct
from pathlib import Path

import numpy as np
import pytest

from damage import assault
from heterofilm.errors import HeterofilmError
from heterofilm.instruments import read, read_all
from heterofilm.instruments.pixels import check_pixels, image_measurement, metres
from real_data import real_file

GREY = (np.arange(40 * 50) % 251).reshape(40, 50).astype(np.uint8)


@pytest.mark.parametrize(("name", "shape", "pixel"), [
    ("ncempy_16_STOimage_1.ser", (1024, 1024), 1.00127e-11),
    ("ncempy_Camera_Ceta_Imaging_Micro.emd", (512, 512), 3.139e-9),
    ("rsciio_64x64_TEM_images_acquire_1.ser", (64, 64), None),
    ("rsciio_test-1.dm3", (2, 2), None),
    ("rsciio_test-1.dm4", (2, 2), None),
])  # fmt: skip
def test_measured_images_have_their_size_and_scale(name: str, shape: tuple[int, int], pixel: float | None) -> None:
    found = read(real_file(f"hrtem/{name}"))
    assert found.image is not None and found.image.shape == shape
    if pixel is not None:
        assert found.meta["pixel_m"] == pytest.approx(pixel, rel=1e-3)


def test_the_two_versions_of_a_gatan_image_hold_the_same_pixels() -> None:
    images = [read(real_file(f"hrtem/rsciio_test-1.dm{k}")).image for k in (3, 4)]
    assert np.array_equal(*images)  # type: ignore[arg-type]


def test_a_line_of_energy_losses_is_a_table_with_its_channel_width() -> None:
    found = read(real_file("hrtem/ncempy_08_carbon.dm3"))
    assert found.technique == "table" and found.table.height == 2048
    assert np.allclose(np.diff(found.column("channel_eV")), 0.1, atol=1e-6)
    assert "not an image" in found.notes[0]


def test_an_emi_is_refused_by_the_name_of_what_to_give_instead() -> None:
    with pytest.raises(HeterofilmError, match=r"\.ser file"):
        read(real_file("hrtem/ncempy_16_STOimage.emi"))


def test_imagejs_scale_is_read(tmp_path: Path) -> None:
    import tifffile

    path = tmp_path / "a.tif"
    tifffile.imwrite(path, GREY, imagej=True, resolution=(4.0, 4.0), metadata={"unit": "nm"})
    found = read(path)
    assert np.array_equal(found.image, GREY) and found.meta["pixel_m"] == pytest.approx(0.25e-9)  # type: ignore[arg-type]


def test_fei_zeiss_and_gatan_scales_are_read(tmp_path: Path) -> None:
    """Layouts after published descriptions: an FEI ini text, a Zeiss list, Gatan's numbered tags."""
    import tifffile

    fei = b"[User]\r\nUser=x\r\n[Scan]\r\nPixelWidth=1.5e-009\r\nPixelHeight=1.5e-009\r\n\x00"
    zeiss = b"0\r\nAP_IMAGE_PIXEL_SIZE\r\nImage Pixel Size = 2.233 nm\r\n"
    gatan = [
        (65003, 2, 0, "nm", True),
        (65004, 2, 0, "nm", True),
        (65009, 12, 1, 0.05, True),
        (65010, 12, 1, 0.05, True),
    ]
    cases = {1.5e-9: [(34680, 2, 0, fei, True)], 2.233e-9: [(34118, 2, 0, zeiss, True)], 0.05e-9: gatan}
    for pixel, tags in cases.items():
        path = tmp_path / "a.tif"
        tifffile.imwrite(path, GREY, extratags=tags, metadata=None)
        assert read(path).meta.get("pixel_m") == pytest.approx(pixel), tags


@pytest.mark.parametrize(
    ("unit", "pixel"),
    [("micron", 1e-7), ("microns", 1e-7), ("um", 1e-7), ("\\u00B5m", 1e-7), ("micrometer", 1e-7), ("nm", 1e-10),
     ("nanometre", 1e-10), ("mm", 1e-4), ("inch", None), ("pixel", None), ("", None)],
)  # fmt: skip
def test_every_word_for_imagejs_unit(unit: str, pixel: float | None, tmp_path: Path) -> None:
    """Dots per inch are for print, and no scale of a micrograph: a film was 39 mm thick by them."""
    import tifffile

    path = tmp_path / "a.tif"
    tifffile.imwrite(path, GREY, imagej=True, resolution=(10.0, 10.0), metadata={"unit": unit} if unit else None)
    assert read(path).meta.get("pixel_m") == (None if pixel is None else pytest.approx(pixel))


@pytest.mark.parametrize(("width", "pixel"), [(512, 11.65e-9), (1024, 5.825e-9), (2048, 2.913e-9), (3072, 1.942e-9)])
@pytest.mark.parametrize("field", [True, False])
def test_a_pixel_is_the_field_of_view_over_the_images_own_pixels(
    width: int, pixel: float, field: bool, tmp_path: Path
) -> None:
    """Zeiss: AP_PIXEL_SIZE is that of the display of 1024 pixels, however large the stored image."""
    import tifffile

    zeiss = b"0\r\nAP_PIXEL_SIZE\r\nPixel Size = 5.825 nm\r\n"
    zeiss += "AP_WIDTH\r\nWidth = 5.965 \u00b5m\r\n".encode("latin-1") if field else b""
    path = tmp_path / "a.tif"
    image = np.zeros((16, width), np.uint8)
    tifffile.imwrite(path, image, extratags=[(34118, 2, 0, zeiss, True)], metadata=None)
    m = read(path)
    assert m.meta["pixel_m"] == pytest.approx(pixel, rel=1e-3) and any("size of a pixel" in note for note in m.notes)


def test_an_fei_image_saved_larger_than_its_scan_has_smaller_pixels(tmp_path: Path) -> None:
    import tifffile

    fei = b"[Scan]\r\nPixelWidth=2e-009\r\nPixelHeight=2e-009\r\nHorFieldsize=2.048e-006\r\n\x00"
    path = tmp_path / "a.tif"
    for width, pixel in ((1024, 2e-9), (2048, 1e-9)):
        tifffile.imwrite(path, np.zeros((16, width), np.uint8), extratags=[(34680, 2, 0, fei, True)], metadata=None)
        assert read(path).meta["pixel_m"] == pytest.approx(pixel)


def test_tescan_states_its_pixel(tmp_path: Path) -> None:
    import tifffile

    path = tmp_path / "a.tif"
    said = b"[MAIN]\r\nPixelSizeX=4.5e-9\r\nPixelSizeY=4.5e-9\r\n"
    tifffile.imwrite(path, GREY, extratags=[(50431, 7, len(said), said, True)], metadata=None)
    assert read(path).meta["pixel_m"] == pytest.approx(4.5e-9)


def test_a_stack_becomes_as_many_images(tmp_path: Path) -> None:
    import tifffile

    path = tmp_path / "stack.tif"
    tifffile.imwrite(path, np.stack([GREY, GREY + 1, GREY + 2]), photometric="minisblack")
    assert [m.name for m in read_all(path)] == ["stack 1", "stack 2", "stack 3"]


@pytest.mark.parametrize("suffix", [".png", ".jpg"])
def test_pictures_have_no_scale_and_say_so(suffix: str, tmp_path: Path) -> None:
    from PIL import Image

    path = tmp_path / f"a{suffix}"
    Image.fromarray(GREY).save(path)
    found = read(path)
    assert found.image is not None and found.image.shape == GREY.shape and "pixel_m" not in found.meta
    assert "no size of its pixels" in found.notes[0]


def berkeley(path: Path) -> Path:
    """One image in the Berkeley layout, compressed."""
    import h5py

    with h5py.File(path, "w") as file:
        group = file.create_group("data/one")
        group.attrs["emd_group_type"] = 1
        group.create_dataset("data", data=GREY, chunks=(20, 25), compression="gzip")
        for k, n in enumerate(GREY.shape, 1):
            group[f"dim{k}"] = 0.2 * np.arange(n)
            group[f"dim{k}"].attrs["units"] = "[n_m]"
    return path


def test_a_berkeley_dataset_is_read_and_links_out_of_the_file_are_not(tmp_path: Path) -> None:
    import h5py

    path = berkeley(tmp_path / "a.emd")
    with h5py.File(path, "a") as file:
        file["data/other"] = h5py.ExternalLink("/etc/passwd", "/")
    found = read(path)
    assert np.array_equal(found.image, GREY) and found.meta["pixel_m"] == pytest.approx(0.2e-9)  # type: ignore[arg-type]


def test_headers_that_claim_more_than_the_file_holds_are_refused(tmp_path: Path) -> None:
    head = struct.pack("<2sHHIIIIII", b"II", 0x0197, 0x0210, 0x4122, 0x4152, 1, 1, 34, 0) + b"\0\0\0\0"
    path = tmp_path / "a.ser"
    image = struct.pack("<ddIddIHII", 0, 1e-10, 0, 0, 1e-10, 0, 2, 30_000, 30_000)
    path.write_bytes(head + struct.pack("<I", 38) + image + bytes(100))
    with pytest.raises(HeterofilmError, match="claims"):
        read(path)
    with pytest.raises(HeterofilmError, match="million"):
        check_pixels((2**31, 2**31))


def test_pixels_that_are_not_square_or_not_numbers_are_refused() -> None:
    with pytest.raises(HeterofilmError, match="nm high"):
        image_measurement("a", GREY, (1e-9, 2e-9))
    with pytest.raises(HeterofilmError, match="finite"):
        image_measurement("a", np.array([[1.0, np.nan]]), None)
    with pytest.raises(HeterofilmError, match="complex"):
        image_measurement("a", GREY + 1j, None)


@pytest.mark.parametrize(("scale", "unit", "size"), [
    (2.0, "nm", 2e-9), (2.0, "µm", 2e-6), (0.5, "Å", 0.5e-10), (3.0, "micron", 3e-6), (3.0, "microns", 3e-6),
    (1.0, "1/nm", None), (float("nan"), "nm", None), (0.0, "nm", None), (1.0, "pixel", None),
])  # fmt: skip
def test_units_of_length(scale: float, unit: str, size: float | None) -> None:
    found = metres(scale, unit)
    assert found == (None if size is None else pytest.approx(size))


@pytest.mark.parametrize("name", [
    "rsciio_test-1.dm3", "rsciio_test-1.dm4", "rsciio_64x64_TEM_images_acquire_1.ser",
    "ncempy_Camera_Ceta_Imaging_Micro.emd", "tiff", "png", "jpg", "emd",
])  # fmt: skip
def test_damaged_files_give_a_result_or_one_sentence(name: str, tmp_path: Path) -> None:
    if name == "emd":
        source = berkeley(tmp_path / "whole.emd")
    elif name in ("tiff", "png", "jpg"):
        import tifffile
        from PIL import Image

        source = tmp_path / f"whole.{name}"
        if name == "tiff":
            tifffile.imwrite(source, GREY, imagej=True, resolution=(4.0, 4.0), metadata={"unit": "nm"})
        else:
            Image.fromarray(GREY).save(source)
    else:
        source = real_file(f"hrtem/{name}")
    assault(source.read_bytes(), tmp_path / f"damaged{source.suffix}", 60)


def test_a_tiff_opens_no_other_file_and_expands_no_entity(tmp_path: Path) -> None:
    """OME's XML may name other files and define entities: the pages are read, the XML is not."""
    import tifffile

    tifffile.imwrite(tmp_path / "secret.tif", GREY + 7, metadata=None)
    ome = (
        '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "x">]>'
        '<OME xmlns="http://www.openmicroscopy.org/Schemas/OME/2016-06">'
        '<Image ID="Image:0"><Pixels ID="Pixels:0" DimensionOrder="XYCZT" Type="uint8" SizeX="50" SizeY="40" SizeZ="1" '
        'SizeC="1" SizeT="1">'
        '<TiffData IFD="0"><UUID FileName="secret.tif">urn:uuid:1</UUID></TiffData></Pixels></Image>'
        "</OME>"
    )
    path = tmp_path / "a.ome.tif"
    tifffile.imwrite(path, GREY, description=ome, metadata=None)
    assert np.array_equal(read(path).image, GREY)  # type: ignore[arg-type]


def test_colours_become_grey_and_thumbnails_are_left_out(tmp_path: Path) -> None:
    import tifffile

    path = tmp_path / "a.tif"
    with tifffile.TiffWriter(path) as file:
        file.write(np.dstack([GREY] * 3), photometric="rgb", metadata=None)
        file.write(GREY[:10, :10], photometric="minisblack", metadata=None)
    found = read(path)
    assert np.allclose(found.image, GREY, atol=1e-3) and "grey" in found.notes[0]  # type: ignore[arg-type]
