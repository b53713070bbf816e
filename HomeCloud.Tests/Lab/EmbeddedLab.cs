using HomeCloud.Lab.Setting;

namespace HomeCloud.Tests.Lab;

public sealed class EmbeddedLab() : LabFixture(new LabOptions { Shape = LabShape.Embedded });
