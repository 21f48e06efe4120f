// Builds the widget and the shop's pages into web/static. The same sources give the same bytes.
import { context } from "esbuild";
import { cp, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";

const OUT = new URL("../web/static/", import.meta.url);
const WIDGET = new URL("storewright-chat.js", OUT);
const WIDGET_LIMIT = 45_000;

// esbuild's minifier leaves the text of templates alone; here their indentation goes, and a style sheet's spaces.
const tighten = {
  name: "tighten",
  setup(build) {
    build.onLoad({ filter: /\/src\/.*\.ts$/ }, async ({ path }) => {
      const source = (await readFile(path, "utf8")).replace(/\n\s+/g, "\n").replace(/>\n</g, "><");
      const contents = path.endsWith("styles.ts")
        ? source
            .replace(/([;{}])\n/g, "$1")
            .replace(/ \{ ?/g, "{")
            .replace(/; ?\}/g, "}")
            .replace(/(\w): /g, "$1:")
        : source;
      return { contents, loader: "ts" };
    });
  },
};

const builder = await context({
  entryPoints: {
    "storewright-chat": "src/chat/index.ts",
    shop: "src/shop/index.ts",
  },
  absWorkingDir: new URL(".", import.meta.url).pathname,
  outdir: OUT.pathname,
  bundle: true,
  format: "esm",
  target: "es2022",
  minify: true,
  charset: "utf8",
  drop: ["console"],
  plugins: [tighten],
  legalComments: "none",
  logLevel: "warning",
});

async function copyStatic() {
  await mkdir(new URL("pages/", OUT), { recursive: true });
  await cp(new URL("src/pages/", import.meta.url), new URL("pages/", OUT), { recursive: true });
  await cp(new URL("src/shop/shop.css", import.meta.url), new URL("shop.css", OUT));
}

async function copyLicences() {
  const texts = ["lit", "marked"].map(async (name) => {
    const folder = new URL(`node_modules/${name}/`, import.meta.url);
    const file = (await readdir(folder)).find((each) => each.startsWith("LICENSE"));
    return `${name}\n\n${await readFile(new URL(file, folder), "utf8")}`;
  });
  await writeFile(new URL("LICENCES.txt", OUT), (await Promise.all(texts)).join("\n\n"));
}

await copyStatic();
await copyLicences();
if (process.argv.includes("--watch")) {
  await builder.watch();
} else {
  await builder.rebuild();
  await builder.dispose();
  for (const file of [WIDGET, new URL("shop.js", OUT)]) {
    const size = gzipSync(await readFile(file), { level: 9 }).length;
    console.log(`${file.pathname.split("/").pop()}  ${(size / 1000).toFixed(2)} kB gzipped`);
    if (file === WIDGET && size > WIDGET_LIMIT) {
      console.error(`The widget is over its limit of ${WIDGET_LIMIT / 1000} kB.`);
      process.exitCode = 1;
    }
  }
}
