using HomeCloud.Lab;

namespace HomeCloud.Tests.Lab;

public sealed class RedisLab() : LabFixture(new LabOptions { Shape = LabShape.Redis });
