import time,os,signal,subprocess
import pytest
from .terminals import Lynx
@pytest.mark.parametrize("how",["TERM=screen","-u HOME","HOME=/tmp","-u EDITOR","-u LANG","-u DJANGO_SETTINGS_MODULE","-u PYTEST_VERSION","-u SHELL"])
def test_x(tmp_path, server, how):
    t=Lynx(tmp_path,"zzz")
    t.open("env",*how.split(), "lynx","-accept_all_cookies","-nopause",server.url+"/healthz")
    time.sleep(1.5); print(how, repr(t.screen.strip()[:30]))
    t.close()
