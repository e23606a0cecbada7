import execa from "execa";

/**
 * Installs Debian packages, all in one go, without asking anything and without what they only recommend.
 * @throws with the end of apt's output and what to run by hand.
 */
export async function installPackages(packages: string[], log: (line: string) => void): Promise<void> {
  const started = Date.now();
  log(`installing Debian packages ${packages.join(", ")}`);
  const options = { env: { DEBIAN_FRONTEND: "noninteractive" }, stdin: "ignore", all: true } as const;
  try {
    await execa("apt-get", ["-q", "update"], options);
    await execa("apt-get", ["-qy", "--no-install-recommends", "install", ...packages], options);
  } catch (error) {
    const { all, message } = error as execa.ExecaError;
    throw new Error(
      `apt-get could not install ${packages.join(" ")}: ${(all || message).split("\n").slice(-8).join("\n")}\nrun "apt-get install ${packages.join(" ")}" yourself, then try again`,
      { cause: error },
    );
  }
  log(`installed in ${Math.round((Date.now() - started) / 1000)} s`);
}
