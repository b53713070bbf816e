using HomeCloud.Lab.Setting;
using HomeCloud.Tests.Agent.Scenarios;
using HomeCloud.Tests.Lab.Sleeping;
using Xunit.Abstractions;

namespace HomeCloud.Tests.Lab.Engines;

public sealed class Docker26Lab() : LabFixture(new LabOptions { Engine = "docker-26" });

[CollectionDefinition(LabCollections.Docker26)]
public sealed class Docker26Collection : ICollectionFixture<Docker26Lab>;

[Trait("Category", "Engines")]
[Collection(LabCollections.Docker26)]
public sealed class Docker26HomeScenarios(Docker26Lab fixture, ITestOutputHelper output) : HomeScenarios(fixture.Lab, output);

[Trait("Category", "Engines")]
[Collection(LabCollections.Docker26)]
public sealed class Docker26CreateByNameScenarios(Docker26Lab fixture, ITestOutputHelper output) : CreateByNameScenarios(fixture, output);

[Trait("Category", "Engines")]
[Collection(LabCollections.Docker26)]
public sealed class Docker26EngineScenarios(Docker26Lab fixture, ITestOutputHelper output) : RealEngineScenarios(fixture, output);

[Trait("Category", "Engines")]
[Collection(LabCollections.Docker26)]
public sealed class Docker26TableScenarios(Docker26Lab fixture) : EngineTableScenarios(fixture);

[Trait("Category", "Engines")]
[Collection(LabCollections.Docker26)]
public sealed class Docker26ComposeScenarios(Docker26Lab fixture) : EngineComposeScenarios(fixture);

[Trait("Category", "Engines")]
[Collection(LabCollections.Docker26)]
public sealed class Docker26SleepScenarios(Docker26Lab fixture, ITestOutputHelper output) : SleepScenarios(fixture, output);

[Trait("Category", "Engines")]
[Collection(LabCollections.Docker26)]
public sealed class Docker26SleepEngineScenarios(Docker26Lab fixture, ITestOutputHelper output) : SleepEngineScenarios(fixture, output);

[Trait("Category", "Engines")]
[Collection(LabCollections.Docker26)]
public sealed class Docker26TerminalScenarios(Docker26Lab fixture) : TerminalScenarios(fixture);

[Trait("Category", "Engines")]
[Collection(LabCollections.Docker26)]
public sealed class Docker26ChangeEngineScenarios(Docker26Lab fixture, ITestOutputHelper output) : ChangeEngineScenarios(fixture, output);
