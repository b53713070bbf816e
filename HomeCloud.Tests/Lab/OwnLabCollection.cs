namespace HomeCloud.Tests.Lab;

[CollectionDefinition(LabCollections.OnTheirOwn, DisableParallelization = true)]
public sealed class OwnLabCollection;
