// One pipeline at a time: several would take each other's processor time, and with it the meaning of a recovery time.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
