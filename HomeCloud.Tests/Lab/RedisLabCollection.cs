namespace HomeCloud.Tests.Lab;

[CollectionDefinition(LabCollections.Redis, DisableParallelization = true)]
public sealed class RedisLabCollection : ICollectionFixture<RedisLab>;
