import { mebibytes, quantity } from "../../kube/size";

test.each([
  ["10Gi", 10240],
  ["1Mi", 1],
  ["1023Ki", 0],
  ["1024Ki", 1],
  ["2Ti", 2097152],
  ["1Pi", 1073741824],
  ["1.5Gi", 1536],
  ["1G", 953],
  ["1M", 0],
  ["10M", 9],
  ["1T", 953674],
  ["1048576", 1],
  ["1048575", 0],
  ["0", 0],
  ["8Ei", 8796093022208],
  ["1E", 953674316406],
  ["1e3", 0],
  ["1e9", 953],
  ["10E+8", 953],
  ["1.5e10", 14305],
  ["10737418240000m", 10240],
  ["+1Gi", 1024],
  [".5Gi", 512],
  ["1.Gi", 1024],
])("%s holds %d whole MiB", (quantity, size) => {
  expect(mebibytes(quantity)).toBe(size);
});

test.each(["", "Gi", "10 Gi", "-1Gi", "10GB", "10gi", "1e3Gi", "1e", ".", "10Gi\n", "ten"])(
  "%j is refused, and named",
  (quantity) => {
    expect(() => mebibytes(quantity)).toThrow(`"${quantity}" is no size of a volume`);
  },
);

test.each([
  [1, "1Mi"],
  [1023, "1023Mi"],
  [1536, "1536Mi"],
  [1024, "1Gi"],
  [10240, "10Gi"],
  [2097152, "2Ti"],
  [1073741824, "1Pi"],
  [1099511627776, "1Ei"],
])("%d MiB are written as Kubernetes gives them back: %s", (size, text) => {
  expect(quantity(size)).toBe(text);
  expect(mebibytes(text)).toBe(size);
});
