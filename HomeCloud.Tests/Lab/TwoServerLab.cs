using HomeCloud.Lab.Setting;

namespace HomeCloud.Tests.Lab;

/// <summary>Two servers, each with an engine, an agent and a DNS server; Redis on the first, its replica on the second.</summary>
public sealed class TwoServerLab() : LabFixture(new LabOptions { Shape = LabShape.Redis, Servers = 2 });
