using HomeCloud.Lab.Setting;
using HomeCloud.Tests.Agent.Scenarios;
using HomeCloud.Tests.Lab.Sleeping;
using Xunit.Abstractions;

namespace HomeCloud.Tests.Lab.Engines;

public sealed class Docker29Lab() : LabFixture(new LabOptions { Engine = "docker-29" });

[CollectionDefinition(LabCollections.Docker29)]
public sealed class Docker29Collection : ICollectionFixture<Docker29Lab>;

[Trait("Category", "Engines")]
[Collection(LabCollections.Docker29)]
public sealed class Docker29HomeScenarios(Docker29Lab fixture, ITestOutputHelper output) : HomeScenarios(fixture.Lab, output);

[Trait("Category", "Engines")]
[Collection(LabCollections.Docker29)]
public sealed class Docker29CreateByNameScenarios(Docker29Lab fixture, ITestOutputHelper output) : CreateByNameScenarios(fixture, output);

[Trait("Category", "Engines")]
[Collection(LabCollections.Docker29)]
public sealed class Docker29EngineScenarios(Docker29Lab fixture, ITestOutputHelper output) : RealEngineScenarios(fixture, output);

[Trait("Category", "Engines")]
[Collection(LabCollections.Docker29)]
public sealed class Docker29TableScenarios(Docker29Lab fixture) : EngineTableScenarios(fixture);

[Trait("Category", "Engines")]
[Collection(LabCollections.Docker29)]
public sealed class Docker29ComposeScenarios(Docker29Lab fixture) : EngineComposeScenarios(fixture);

[Trait("Category", "Engines")]
[Collection(LabCollections.Docker29)]
public sealed class Docker29SleepScenarios(Docker29Lab fixture, ITestOutputHelper output) : SleepScenarios(fixture, output);

[Trait("Category", "Engines")]
[Collection(LabCollections.Docker29)]
public sealed class Docker29SleepEngineScenarios(Docker29Lab fixture, ITestOutputHelper output) : SleepEngineScenarios(fixture, output);

[Trait("Category", "Engines")]
[Collection(LabCollections.Docker29)]
public sealed class Docker29TerminalScenarios(Docker29Lab fixture) : TerminalScenarios(fixture);

[Trait("Category", "Engines")]
[Collection(LabCollections.Docker29)]
public sealed class Docker29ChangeEngineScenarios(Docker29Lab fixture, ITestOutputHelper output) : ChangeEngineScenarios(fixture, output);
