# One image for both services: the command chooses (`api` unless said otherwise). Checked without an engine by
# tooling/containers: its steps are replayed in a folder and what comes out is started.
#
#   docker build --tag stellwerk:local .
#   docker run … stellwerk:local                                        # api
#   docker run … stellwerk:local node apps/dispatcher/src/main.ts

# Debian, not Alpine: the same libc as everywhere this is tested.
FROM node:24.21.0-trixie-slim AS base

FROM base AS build
# The pnpm that everybody uses (docs/decisions/0001-tools.md).
RUN npm install --global pnpm@12.21.0
WORKDIR /stellwerk
# .dockerignore lets in what runs and nothing else.
COPY . .
# Not `pnpm deploy`: it copies our packages into node_modules, where Node runs no TypeScript.
# Without optional dependencies: those are the embedded PostgreSQL. Without scripts: the root's own marks a checkout.
RUN pnpm install --frozen-lockfile --prod --no-optional --ignore-scripts --filter "@stellwerk/api..." --filter "@stellwerk/dispatcher..."
# Whatever the umask of the checkout was: the user below must be able to read it.
RUN chmod -R a+rX .

FROM base
ENV NODE_ENV=production
WORKDIR /stellwerk
# Owned by root: a process that was broken into cannot change its own code.
COPY --from=build /stellwerk .
USER node
# Exec form, and no npm or shell in between: node is process 1 and gets SIGTERM itself.
CMD ["node", "apps/api/src/main.ts"]
