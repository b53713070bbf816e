using HomeCloud.Lab.Setting;

namespace HomeCloud.Tests.Lab;

public sealed class RedisLab() : LabFixture(new LabOptions { Shape = LabShape.Redis });
