/** Juju's rule for names of applications: none of them can be taken for a flag, a path or a piece of shell. https://documentation.ubuntu.com/juju/3.6/reference/application/ */
export const applicationName = /^[a-z][a-z0-9]*(-[a-z0-9]*[a-z][a-z0-9]*)*$/;
