SELECT partitions, created_at AS "createdAt" FROM installation
