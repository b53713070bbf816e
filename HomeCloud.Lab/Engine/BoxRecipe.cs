namespace HomeCloud.Lab.Engine;

internal static class BoxRecipe
{
    /// <summary>Arguments: an empty directory, a public key, <c>package=version</c>…; makes box.tar in the directory.</summary>
    public const string Script = """
        set -e
        work=$1 key=$2
        shift 2
        chmod 755 "$work"
        cd "$work"
        mkdir debs root
        (cd debs && apt-get -q -o APT::Sandbox::User=root download "$@")
        for deb in debs/*.deb; do dpkg-deb -x "$deb" root; done
        rm -rf root/usr/share root/usr/lib/*/gconv root/usr/lib/*/audit

        cd root
        # One tree under /usr, whichever way this release's packages are laid out.
        for part in bin sbin lib lib64; do
            mkdir -p "usr/$part"
            if [ -d "$part" ] && [ ! -L "$part" ]; then cp -a "$part/." "usr/$part/"; rm -rf "$part"; fi
            ln -sfn "usr/$part" "$part"
        done
        mkdir -p dev etc/dropbear proc root/.ssh run sys tmp var/log var/run www
        chmod 1777 tmp
        chmod 700 root/.ssh
        cp "$key" root/.ssh/authorized_keys
        chmod 600 root/.ssh/authorized_keys
        echo 'root:x:0:0:root:/root:/bin/sh' >etc/passwd
        echo 'root:x:0:' >etc/group
        echo 'root:*:19000:0:99999:7:::' >etc/shadow
        echo '/bin/sh' >etc/shells
        echo 'hosts: files dns' >etc/nsswitch.conf
        for applet in $(./bin/busybox --list); do
            [ -e "bin/$applet" ] || [ -e "sbin/$applet" ] || ln -s busybox "bin/$applet"
        done
        cat >bin/serve <<'END'
        #!/bin/sh
        # A web page that says who answers, and ssh on two ports; dropbear makes its host keys at first use.
        echo "Hello from $(hostname)" >/www/index.html
        httpd -p 80 -h /www
        httpd -p 8080 -h /www
        exec dropbear -F -E -R -s -p 22 -p 2222
        END
        chmod 755 bin/serve
        chroot . /usr/sbin/dropbear -V
        cd ..
        tar --create --file box.tar --numeric-owner --owner 0 --group 0 --sort name -C root .
        """;
}
