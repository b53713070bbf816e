namespace HomeCloud.Tests.Lab;

[CollectionDefinition(LabCollections.Embedded, DisableParallelization = true)]
public sealed class EmbeddedLabCollection : ICollectionFixture<EmbeddedLab>;
