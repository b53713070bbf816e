using HomeCloud.Lab.Processes;
using HomeCloud.Lab.Setting;

namespace HomeCloud.Lab;

/// <summary>What the lab needs of the machine it runs on, said in one line when it is not there.</summary>
public static class Requirements
{
    /// <exception cref="LabException">Not Linux, or not root.</exception>
    public static void Check()
    {
        if (!OperatingSystem.IsLinux())
            throw new LabException("The lab needs Linux network namespaces. Run it on Linux; a virtual machine works too.");
        if (!Environment.IsPrivilegedProcess)
            throw new LabException("The lab needs root for network namespaces and a Docker engine: run sudo ./homecloud lab");
    }

    /// <exception cref="LabException">The kernel, or the container we are in, does not allow what the lab does.</exception>
    public static async Task CheckKernelAsync(CancellationToken cancellationToken)
    {
        var namespaces = await Command.RunAsync(["unshare", "--net", "--mount", "--pid", "--fork", "true"], cancellationToken: cancellationToken);
        if (!namespaces.Succeeded)
            throw new LabException($"The lab cannot create namespaces here ({namespaces.Text}); inside a container, run it privileged.");
        var macvlan = await Command.RunAsync(
            ["unshare", "--net", "sh", "-c", "ip link add lan0 type veth peer name lan1 && ip link add lan2 link lan0 type macvlan mode bridge && ip link add lan3 type bridge"],
            cancellationToken: cancellationToken);
        if (!macvlan.Succeeded)
            throw new LabException($"This kernel lacks veth, bridge or macvlan ({macvlan.Text}); try: modprobe macvlan bridge veth");
    }
}
