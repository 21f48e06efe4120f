/** The demo shop's pages. */

import { ShopAccount } from "./account";
import { ShopFooter, ShopHeader } from "./header";
import { ShopHome } from "./home";
import { ShopOrder } from "./order";
import { ShopProduct } from "./product";
import { ShopSignIn } from "./sign-in";

customElements.define("shop-header", ShopHeader);
customElements.define("shop-footer", ShopFooter);
customElements.define("shop-home", ShopHome);
customElements.define("shop-product", ShopProduct);
customElements.define("shop-account", ShopAccount);
customElements.define("shop-order", ShopOrder);
customElements.define("shop-sign-in", ShopSignIn);
