using HomeCloud.Lab.Setting;
using HomeCloud.Tests.Agent.Scenarios;
using Xunit.Abstractions;

namespace HomeCloud.Tests.Lab.Engines;

public sealed class Podman5Lab() : LabFixture(new LabOptions { Engine = "podman-5" });

[CollectionDefinition(LabCollections.Podman5)]
public sealed class Podman5Collection : ICollectionFixture<Podman5Lab>;

[Trait("Category", "Engines")]
[Collection(LabCollections.Podman5)]
public sealed class Podman5HomeScenarios(Podman5Lab fixture, ITestOutputHelper output) : HomeScenarios(fixture.Lab, output);

[Trait("Category", "Engines")]
[Collection(LabCollections.Podman5)]
public sealed class Podman5CreateByNameScenarios(Podman5Lab fixture, ITestOutputHelper output) : CreateByNameScenarios(fixture, output);

[Trait("Category", "Engines")]
[Collection(LabCollections.Podman5)]
public sealed class Podman5EngineScenarios(Podman5Lab fixture, ITestOutputHelper output) : RealEngineScenarios(fixture, output);

[Trait("Category", "Engines")]
[Collection(LabCollections.Podman5)]
public sealed class Podman5TableScenarios(Podman5Lab fixture) : EngineTableScenarios(fixture);

[Trait("Category", "Engines")]
[Collection(LabCollections.Podman5)]
public sealed class Podman5ComposeScenarios(Podman5Lab fixture) : EngineComposeScenarios(fixture);

[Trait("Category", "Engines")]
[Collection(LabCollections.Podman5)]
public sealed class Podman5TerminalScenarios(Podman5Lab fixture) : TerminalScenarios(fixture);

[Trait("Category", "Engines")]
[Collection(LabCollections.Podman5)]
public sealed class Podman5ChangeEngineScenarios(Podman5Lab fixture, ITestOutputHelper output) : ChangeEngineScenarios(fixture, output);
