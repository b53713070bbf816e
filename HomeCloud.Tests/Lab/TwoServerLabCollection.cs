namespace HomeCloud.Tests.Lab;

[CollectionDefinition(LabCollections.TwoServers, DisableParallelization = true)]
public sealed class TwoServerLabCollection : ICollectionFixture<TwoServerLab>;
