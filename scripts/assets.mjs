// Makes the folder of what `web` serves from npm packages: USWDS cut down to the parts in use, its
// font and icons, and htmx. Called by scripts/assets.sh with the folder as argument.
import { copyFileSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { compile } from "sass";

const target = process.argv[2];
const uswds = "node_modules/@uswds/uswds";
const styles = "bot/web/styles";

mkdirSync(target, { recursive: true });
for (const file of readdirSync(styles).filter((name) => /^[^_].*\.scss$/.test(name))) {
  const { css } = compile(join(styles, file), {
    loadPaths: [join(uswds, "packages")],
    style: "compressed",
    quietDeps: true,
  });
  // USWDS declares every weight of its fonts; bot/web/static/theme.css declares the two in use
  const lean = css
    .replaceAll(/@font-face\{[^}]*\}/g, "")
    .replaceAll(/url\("?\.\/([^")]+)"?\)/g, (_, path) => {
      copyFileSync(join(uswds, "dist/img", path), join(target, basename(path)));
      return `url("${basename(path)}")`;
    });
  writeFileSync(join(target, file.replace(".scss", ".css")), lean);
}
for (const weight of ["Regular", "Bold"]) {
  const font = `PublicSans-${weight}.woff2`;
  copyFileSync(join(uswds, "dist/fonts/public-sans", font), join(target, font));
}
copyFileSync("node_modules/htmx.org/dist/htmx.min.js", join(target, "htmx.js"));
