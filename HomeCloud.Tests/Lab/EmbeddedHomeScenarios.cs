using HomeCloud.Tests.Agent.Scenarios;
using HomeCloud.Tests.Lab.Sleeping;
using Xunit.Abstractions;

namespace HomeCloud.Tests.Lab;

[Trait("Category", "Lab")]
[Collection(LabCollections.Embedded)]
public sealed class EmbeddedHomeScenarios(EmbeddedLab fixture, ITestOutputHelper output) : HomeScenarios(fixture.Lab, output);

[Trait("Category", "Lab")]
[Collection(LabCollections.Embedded)]
public sealed class EmbeddedCreateByNameScenarios(EmbeddedLab fixture, ITestOutputHelper output) : CreateByNameScenarios(fixture, output);

[Trait("Category", "Lab")]
[Collection(LabCollections.Embedded)]
public sealed class EmbeddedEngineScenarios(EmbeddedLab fixture, ITestOutputHelper output) : RealEngineScenarios(fixture, output);

[Trait("Category", "Lab")]
[Collection(LabCollections.Embedded)]
public sealed class EmbeddedTableScenarios(EmbeddedLab fixture) : EngineTableScenarios(fixture);

[Trait("Category", "Lab")]
[Collection(LabCollections.Embedded)]
public sealed class EmbeddedSleepScenarios(EmbeddedLab fixture, ITestOutputHelper output) : SleepScenarios(fixture, output);

[Trait("Category", "Lab")]
[Collection(LabCollections.Embedded)]
public sealed class EmbeddedSleepEngineScenarios(EmbeddedLab fixture, ITestOutputHelper output) : SleepEngineScenarios(fixture, output);

[Trait("Category", "Lab")]
[Collection(LabCollections.Embedded)]
public sealed class EmbeddedComposeScenarios(EmbeddedLab fixture) : EngineComposeScenarios(fixture);

[Trait("Category", "Lab")]
[Collection(LabCollections.Embedded)]
public sealed class EmbeddedTerminalScenarios(EmbeddedLab fixture) : TerminalScenarios(fixture);

[Trait("Category", "Lab")]
[Collection(LabCollections.Embedded)]
public sealed class EmbeddedChangeEngineScenarios(EmbeddedLab fixture, ITestOutputHelper output) : ChangeEngineScenarios(fixture, output);
