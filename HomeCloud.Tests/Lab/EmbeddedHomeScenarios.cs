using Xunit.Abstractions;

namespace HomeCloud.Tests.Lab;

[Trait("Category", "Lab")]
[Collection(LabCollections.Embedded)]
public sealed class EmbeddedHomeScenarios(EmbeddedLab fixture, ITestOutputHelper output) : HomeScenarios(fixture.Lab, output);
