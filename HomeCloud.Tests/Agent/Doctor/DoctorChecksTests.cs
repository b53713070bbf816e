using HomeCloud.Agent.Doctor;
using HomeCloud.Agent.Doctor.Checks;

namespace HomeCloud.Tests.Agent.Doctor;

public sealed class DoctorChecksTests
{
    [Fact]
    public void Every_check_is_in_the_list_and_has_an_id_of_its_own()
    {
        var listed = DoctorChecks.All(TimeProvider.System);
        var written = typeof(IDoctorCheck).Assembly.GetTypes().Where(type => type.IsClass && type.IsAssignableTo(typeof(IDoctorCheck)));

        listed.Select(check => check.GetType()).Should().BeEquivalentTo(written);
        listed.Select(check => check.Id).Should().OnlyHaveUniqueItems().And.OnlyContain(id => id.Length > 0 && !id.Any(char.IsUpper));
    }
}
