using HomeCloud.Agent.Doctor;
using HomeCloud.Agent.Doctor.Checks;

namespace HomeCloud.Tests.Agent.Doctor;

public sealed class DoctorReportTests
{
    [Fact]
    public void One_is_not_many() =>
        DoctorReport.Summary([new CheckResult("clock", "clock", [Finding.Problem("It is wrong.", "Set it."), Finding.Note("It has no battery."), Finding.Note("It is old.")])])
            .Should().Be("1 check: 1 problem, 0 warnings, 2 notes\n");
}
