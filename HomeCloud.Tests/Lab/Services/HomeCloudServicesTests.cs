using System.Globalization;
using HomeCloud.Lab.Services;
using HomeCloud.Tests.Docs;

namespace HomeCloud.Tests.Lab.Services;

public sealed class HomeCloudServicesTests
{
    [Theory]
    [InlineData("homecloud-agent")]
    [InlineData("homecloud-dns")]
    public async Task The_lab_gives_a_program_the_share_of_the_processors_that_its_unit_gives_it(string unit)
    {
        var lines = await File.ReadAllLinesAsync(Path.Combine(Documents.Root(), "install", "systemd", unit + ".service"));

        lines.Should().Contain(string.Create(CultureInfo.InvariantCulture, $"CPUWeight={HomeCloudServices.CpuWeight}"));
    }
}
