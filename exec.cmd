@rem `exec` in package.json lets signals reach the program on POSIX shells; cmd.exe finds this instead.
@%*
