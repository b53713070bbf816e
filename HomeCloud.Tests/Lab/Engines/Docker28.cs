using HomeCloud.Lab.Setting;
using HomeCloud.Tests.Agent.Scenarios;
using HomeCloud.Tests.Lab.Sleeping;
using Xunit.Abstractions;

namespace HomeCloud.Tests.Lab.Engines;

public sealed class Docker28Lab() : LabFixture(new LabOptions { Engine = "docker-28" });

[CollectionDefinition(LabCollections.Docker28)]
public sealed class Docker28Collection : ICollectionFixture<Docker28Lab>;

[Trait("Category", "Lab")]
[Collection(LabCollections.Docker28)]
public sealed class Docker28HomeScenarios(Docker28Lab fixture, ITestOutputHelper output) : HomeScenarios(fixture.Lab, output);

[Trait("Category", "Lab")]
[Collection(LabCollections.Docker28)]
public sealed class Docker28CreateByNameScenarios(Docker28Lab fixture, ITestOutputHelper output) : CreateByNameScenarios(fixture, output);

[Trait("Category", "Lab")]
[Collection(LabCollections.Docker28)]
public sealed class Docker28EngineScenarios(Docker28Lab fixture, ITestOutputHelper output) : RealEngineScenarios(fixture, output);

[Trait("Category", "Lab")]
[Collection(LabCollections.Docker28)]
public sealed class Docker28TableScenarios(Docker28Lab fixture) : EngineTableScenarios(fixture);

[Trait("Category", "Lab")]
[Collection(LabCollections.Docker28)]
public sealed class Docker28ComposeScenarios(Docker28Lab fixture) : EngineComposeScenarios(fixture);

[Trait("Category", "Lab")]
[Collection(LabCollections.Docker28)]
public sealed class Docker28SleepScenarios(Docker28Lab fixture, ITestOutputHelper output) : SleepScenarios(fixture, output);

[Trait("Category", "Lab")]
[Collection(LabCollections.Docker28)]
public sealed class Docker28SleepEngineScenarios(Docker28Lab fixture, ITestOutputHelper output) : SleepEngineScenarios(fixture, output);

[Trait("Category", "Engines")]
[Collection(LabCollections.Docker28)]
public sealed class Docker28TerminalScenarios(Docker28Lab fixture) : TerminalScenarios(fixture);

[Trait("Category", "Engines")]
[Collection(LabCollections.Docker28)]
public sealed class Docker28ChangeEngineScenarios(Docker28Lab fixture, ITestOutputHelper output) : ChangeEngineScenarios(fixture, output);
